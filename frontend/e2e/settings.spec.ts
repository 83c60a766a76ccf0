import { ADMIN, expect, expectLive, PASSWORD, test } from "./fixtures";
import { lookAt } from "./looks";

test("the profile's name can be changed", async ({ page, account }) => {
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/settings\/profile$/);
  await lookAt(page, "settings-profile");
  await page.getByLabel("User name").fill(`${account.username}-x`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(`You are now ${account.username}-x.`)).toBeVisible();
  await expect(page.getByRole("button", { name: `Account of ${account.username}-x` })).toBeVisible();
});

test("the password can be changed", async ({ page, account }) => {
  await page.goto("/settings/password");
  await lookAt(page, "settings-password");
  await page.getByLabel("Current password").fill("wrong password");
  await page.getByLabel("New password", { exact: true }).fill("an entirely other phrase");
  await page.getByLabel("New password again").fill("an entirely other phrase");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password was changed.")).toBeVisible();
  expect(account.email).not.toBe("");
});

test("an API token is shown once, works, and is refused after it was revoked", async ({
  page,
  account,
  playwright,
}) => {
  await page.goto("/settings/tokens");
  await expect(page.getByRole("heading", { name: "No API tokens" })).toBeVisible();
  await lookAt(page, "settings-tokens-empty");
  await page.getByRole("button", { name: "New token" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill("laptop");
  await lookAt(page, "settings-token-new");
  await page.getByRole("button", { name: "Create token" }).click();
  const token = await page.getByRole("region", { name: "the token" }).innerText();
  await expect(page.getByRole("region", { name: "the curl command" })).toContainText(token);
  await lookAt(page, "settings-token-shown");

  const program = await playwright.request.newContext({
    baseURL: new URL(page.url()).origin,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  });
  expect((await (await program.get("/api/auth/me")).json()) as object).toMatchObject({
    email: account.email,
  });

  await page.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByRole("cell", { name: "laptop", exact: true })).toBeVisible();
  await expect(page.getByText(token)).toHaveCount(0);
  await lookAt(page, "settings-tokens");
  await page.getByRole("button", { name: "Revoke laptop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("heading", { name: "No API tokens" })).toBeVisible();
  expect((await program.get("/api/auth/me")).status()).toBe(401);
});

test("a secret variable is stored, replaced and deleted, and never shown", async ({ page, account }) => {
  await page.goto("/settings/secrets");
  await expect(page.getByRole("heading", { name: "No secret variables" })).toBeVisible();
  await lookAt(page, "settings-secrets-empty");
  await page.getByRole("button", { name: "New secret variable" }).first().click();
  await page.getByRole("textbox", { name: "Name" }).fill("2BAD NAME");
  await page.getByRole("textbox", { name: "Value" }).fill("s3cr3t-value");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Letters, digits and _, not starting with a digit.")).toBeVisible();
  await page.getByRole("textbox", { name: "Name" }).fill("API_KEY");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("cell", { name: "API_KEY", exact: true })).toBeVisible();
  expect(await page.content()).not.toContain("s3cr3t-value");
  await lookAt(page, "settings-secrets");

  await page.getByRole("button", { name: "Replace the value of API_KEY" }).click();
  await page.getByRole("textbox", { name: "Value" }).fill("another");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("API_KEY was stored.").last()).toBeVisible();
  await page.getByRole("button", { name: "Delete API_KEY" }).click();
  await expect(page.getByText("No script uses it.")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { name: "No secret variables" })).toBeVisible();
  expect(account.email).not.toBe("");
});

test("the appearance is kept", async ({ page, account }) => {
  await page.goto("/settings/appearance");
  await lookAt(page, "settings-appearance");
  await page.getByRole("radio", { name: "Light" }).check();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "light");
  await page.reload();
  await expect(page.getByRole("radio", { name: "Light" })).toBeChecked();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "light");
  expect(account.email).not.toBe("");
});

test("packages are shown to everybody and edited by an administrator", async ({ page, account, browser }) => {
  await page.goto("/settings/packages");
  await expect(page.getByRole("cell", { name: "numpy", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Allow" })).toHaveCount(0);
  await expect(page.getByRole("tab", { name: "Users" })).toHaveCount(0);
  await page.goto("/settings/users");
  await expect(page).toHaveURL(/\/settings\/profile$/);
  expect(account.email).not.toBe("");
  expect(browser.isConnected()).toBe(true);
});

test("an administrator allows and removes a package", async ({ page, admin }) => {
  await page.goto("/settings/packages");
  await expect(page.getByRole("cell", { name: "numpy", exact: true })).toBeVisible();
  await lookAt(page, "settings-packages");
  await page.getByRole("textbox", { name: "Package" }).fill("humanize");
  await page.getByLabel("Note").fill("words for numbers");
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(page.getByText("Scripts may now use humanize.")).toBeVisible();
  await expect(page.getByRole("cell", { name: "words for numbers" })).toBeVisible();
  await page.getByRole("button", { name: "Remove humanize" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("cell", { name: "words for numbers" })).toHaveCount(0);
  expect(admin.email).toBe(ADMIN.email);
});

test("an administrator makes, changes and locks out a user", async ({ page, admin, browser }) => {
  const name = `viewer-${process.pid}`;
  await page.goto("/settings/users?new=1");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(`${name}@example.com`);
  await dialog.getByLabel("User name").fill(name);
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Create user" }).click();
  await expect(page.getByRole("cell", { name: `${name} ${name}@` })).toBeVisible();
  await page.getByLabel("Search by name or e-mail").fill(name);
  await expect(page).toHaveURL(new RegExp(`q=${name}`));
  await expect(page.getByText(admin.email)).toHaveCount(0);
  await page.getByRole("combobox", { name: `Role of ${name}` }).click();
  await page.getByRole("option", { name: "Viewer" }).click();
  await expect(page.getByText(`${name} is now viewer.`)).toBeVisible();
  await page.getByLabel("Search by name or e-mail").fill("");
  await expect.poll(() => page.getByRole("row").count()).toBeGreaterThan(2);
  await lookAt(page, "settings-users");

  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  expect((await saved).suggestedFilename()).toBe("users.csv");

  const theirs = await (await browser.newContext({ baseURL: new URL(page.url()).origin })).newPage();
  await theirs.goto("/sign-in");
  await theirs.getByLabel("E-mail").fill(`${name}@example.com`);
  await theirs.getByLabel("Password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expectLive(theirs);
  await page.getByRole("switch", { name: `${name} may sign in` }).click({ force: true });
  await page.getByRole("dialog").getByRole("button", { name: "Lock out" }).click();
  await expect(page.getByText(`${name} can no longer sign in.`)).toBeVisible();
  await theirs.reload();
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await theirs.context().close();
});
