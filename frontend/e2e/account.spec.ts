import { expect, expectLive, PASSWORD, test } from "./fixtures";
import { lookAt } from "./looks";

test.describe("signing in", () => {
  test("leads back to the page that asked for it", async ({ page, account, context }) => {
    await context.clearCookies();
    await page.goto("/settings/appearance?x=1");
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await lookAt(page, "sign-in");

    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toBeVisible();

    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/settings\/appearance\?x=1$/);
    await expectLive(page);
  });

  test("never leads to another site", async ({ page, account }) => {
    await page.goto("/sign-in?return=//evil.example/x");
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  });

  test("somebody new registers", async ({ page }) => {
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Create one" }).click();
    await expect(page.getByRole("heading", { name: "Create an account" })).toBeVisible();
    await lookAt(page, "register");
    const name = `new-${process.pid}`;
    await page.getByLabel("E-mail").fill(`${name}@example.com`);
    await page.getByLabel("User name").fill(name);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Password again").fill("something else");
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByText("The two passwords differ.")).toBeVisible();
    await page.getByLabel("Password again").fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  });
});

test.describe("a session", () => {
  test("is renewed once for all requests when the access token ends", async ({ page, account, context }) => {
    await page.goto("/");
    await expectLive(page);
    await context.clearCookies({ name: "access_token" });
    const renewals: number[] = [];
    page.on("response", (response) => {
      if (response.url().endsWith("/api/auth/refresh")) renewals.push(response.status());
    });
    await page.reload();
    await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
    await expectLive(page);
    expect(renewals).toEqual([200]);
    expect(account.username).not.toBe("");
  });

  test("that was ended elsewhere leads to the sign-in page", async ({ page, account, browser }) => {
    await page.goto("/settings/sessions");
    await expect(page.getByText("This one")).toBeVisible();

    const other = await browser.newContext({ baseURL: new URL(page.url()).origin });
    const second = await other.newPage();
    await second.goto("/sign-in");
    await second.getByLabel("E-mail").fill(account.email);
    await second.getByLabel("Password").fill(PASSWORD);
    await second.getByRole("button", { name: "Sign in" }).click();
    await expect(second.getByRole("heading", { name: "Overview" })).toBeVisible();

    await page.reload();
    await expect(page.getByRole("button", { name: /^End the session/ })).toHaveCount(1);
    await lookAt(page, "settings-sessions");
    await page.getByRole("button", { name: "End all others" }).click();
    await page.getByRole("button", { name: "End them" }).click();
    await expect(page.getByText("All other sessions were ended.")).toBeVisible();

    await second.reload();
    await expect(second.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await other.close();
  });

  test("ends with a sign-out", async ({ page, account }) => {
    await page.goto("/");
    await page.getByRole("button", { name: `Account of ${account.username}` }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  });
});
