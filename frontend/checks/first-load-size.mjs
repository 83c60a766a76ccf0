/** Fails when the JavaScript that the first page loads weighs more than the limit, gzipped. Run after a build. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 250_000;
const FIRST_PAGES = ["src/features/account/SignInPage.tsx", "src/features/overview/OverviewPage.tsx"];
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

/** The files of a chunk and of everything it imports statically. */
function filesOf(key, found = new Set()) {
  const { file, imports = [] } = manifest[key];
  if (found.has(file)) return found;
  found.add(file);
  for (const imported of imports) filesOf(imported, found);
  return found;
}

let failed = false;
for (const page of FIRST_PAGES) {
  const files = filesOf(page, filesOf("index.html"));
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist))).length, 0);
  console.log(`${page}: ${(bytes / 1000).toFixed(1)} kB of gzipped JavaScript (limit ${LIMIT / 1000} kB)`);
  failed ||= bytes > LIMIT;
}
process.exitCode = failed ? 1 : 0;
