import { type APIRequestContext, test as base, expect, type Page } from "@playwright/test";

export const PASSWORD = "correct horse battery staple";
export const ADMIN = { email: "ada@example.com", username: "ada", password: PASSWORD };

export interface Account {
  email: string;
  username: string;
}

interface Fixtures {
  /** A new trader of this test alone; `page` is signed in as them. */
  account: Account;
  /** `page` is signed in as the installation's administrator. */
  admin: Account;
}

let made = 0;

export const test = base.extend<Fixtures>({
  baseURL: ({}, use) => use(baseUrl()),
  account: async ({ page }, use) => {
    made += 1;
    const username = `trader-${process.pid}-${made}`;
    const account = { email: `${username}@example.com`, username };
    await post(page.request, "/api/auth/register", { ...account, password: PASSWORD }, 201);
    await use(account);
  },
  admin: async ({ page }, use) => {
    const { email, username, password } = ADMIN;
    await post(page.request, "/api/auth/login", { email, password }, 200);
    await use({ email, username });
  },
});

export { expect };

export function baseUrl(): string {
  const url = process.env.DOLLARCLUB_URL;
  if (!url) throw new Error("DOLLARCLUB_URL is not set.");
  return url;
}

/** A call as the page's own account; the cookies of the answer are the page's. */
export async function post(
  request: APIRequestContext,
  path: string,
  data: object,
  status: number,
): Promise<unknown> {
  const answer = await request.post(path, { data, headers: { origin: baseUrl() } });
  expect(answer.status(), await answer.text()).toBe(status);
  return answer.status() === 204 ? null : await answer.json();
}

/** Wait until the tab's live connection stands. */
export async function expectLive(page: Page): Promise<void> {
  await expect(page.locator("[data-live=live]")).toBeVisible({ timeout: 30_000 });
}
