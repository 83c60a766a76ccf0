const DOTS = "••••••••";

/** The text with what is secret in it covered: the given parts, else what stands behind the last `/`, else all. */
export function cover(text: string, parts: readonly string[]): string {
  const known = parts.filter((part) => part !== "");
  if (known.length > 0) return known.reduce((covered, part) => covered.replaceAll(part, masked(part)), text);
  return masked(text);
}

function masked(part: string): string {
  const slash = part.lastIndexOf("/");
  return slash < 0 ? DOTS : part.slice(0, slash + 1) + DOTS;
}
