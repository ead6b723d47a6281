// The core's names in the case of this language.

/** `acc_noted_q96` as `accNotedQ96`. */
export const camel = (name: string) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** A plain object with its keys in this language's case, all the way down. */
export function camelled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelled);
  if (Object.getPrototypeOf(value ?? 0) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value as object).map(([name, inner]) => [camel(name), camelled(inner)]),
  );
}
