// Runs before the first paint: the chosen theme and language, from what the app stored.
try {
  const root = document.documentElement;
  const theme = localStorage.getItem("pinfi.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const language = localStorage.getItem("pinfi.language") ?? navigator.language;
  if (language.startsWith("zh")) root.lang = "zh-Hans";
} catch {
  // Storage may be forbidden; then the defaults hold.
}
