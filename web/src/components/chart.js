// The charts are a page's own business: they are fetched when the first is shown. The build puts them
// beside the program's parts and writes their place in here.
const source = "/parts/charts.mjs";

export const draw = async (element, look) => (await import(source)).draw(element, look);
