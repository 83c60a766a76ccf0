/** JSON on several lines, unless that would change a digit of it; anything else as it is. */
export function readable(raw: string): string {
  try {
    const pretty = JSON.stringify(JSON.parse(raw), null, 2);
    return squeezed(pretty) === squeezed(raw) ? pretty : raw;
  } catch {
    return raw;
  }
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}
