import type { Locator, Page } from "@playwright/test";
import { baseUrl, expect, post } from "./fixtures";

export interface Uploaded {
  id: string;
  name: string;
}

/** Drop files on an element as a person does with the mouse. */
export async function dropFiles(area: Locator, files: Record<string, string>): Promise<void> {
  const transfer = await area.page().evaluateHandle((contents) => {
    const data = new DataTransfer();
    for (const [name, text] of Object.entries(contents)) {
      data.items.add(new File([text], name, { type: "text/x-python" }));
    }
    return data;
  }, files);
  for (const event of ["dragenter", "dragover", "drop"]) {
    await area.dispatchEvent(event, { dataTransfer: transfer });
  }
}

/** Upload a script by the API as the page's own account. */
export async function upload(page: Page, name: string, text: string): Promise<Uploaded> {
  const answer = await page.request.post("/api/scripts/upload", {
    multipart: { file: { name, mimeType: "text/x-python", buffer: Buffer.from(text) } },
    headers: { origin: baseUrl() },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()) as Uploaded;
}

/** Start a script by the API; the id of its run. */
export async function execute(page: Page, scriptId: string): Promise<string> {
  const run = (await post(page.request, `/api/scripts/${scriptId}/execute`, {}, 202)) as { id: string };
  return run.id;
}

export function logOf(page: Page): Locator {
  return page.getByRole("log");
}

/** The page's main state badge. */
export function state(page: Page): Locator {
  return page.locator("h1 ~ [data-status], h1 + * [data-status]").first();
}
