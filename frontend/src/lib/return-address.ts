/** The sign-in page that leads back to `to` afterwards. */
export function signInAddress(to: string): string {
  return to === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ return: to })}`;
}

/** A path of this site, or `/`: the query string is anybody's to write, so it must not lead elsewhere. */
export function safeReturn(to: string | null): string {
  if (!to?.startsWith("/")) return "/";
  const url = new URL(to, "http://local.invalid");
  return url.host === "local.invalid" ? url.pathname + url.search + url.hash : "/";
}
