import { baseUrl, expect, expectLive, post, test } from "./fixtures";
import { expectAccessible, lookAt } from "./looks";
import { killPart } from "./stack";

test("pages are reached with the keyboard alone", async ({ page, account }) => {
  await page.goto("/");
  await expectLive(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page).toHaveURL(/\/settings\/profile$/);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await lookAt(page, "shortcuts");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await expect(page.getByPlaceholder("Go to a page or run a command")).toBeFocused();
  await page.keyboard.type("new api");
  await expect(page.getByRole("button", { name: /Overview/ })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /New API token/ })).toBeVisible();
  await lookAt(page, "palette");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "New API token" })).toBeVisible();
  await page.keyboard.type("g o?");
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("g o?");
  expect(account.email).not.toBe("");
});

test("an address that does not exist says so", async ({ page, account }) => {
  await page.goto("/no/such/page");
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
  await lookAt(page, "not-found");
  await page.getByRole("link", { name: "To the overview", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  expect(account.email).not.toBe("");
});

test("on a phone the navigation is a drawer", async ({ page, account }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  await page.getByRole("button", { name: "Open the navigation" }).click();
  await expect(
    page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }),
  ).toBeInViewport();
  await page.screenshot({ path: "e2e/.artifacts/drawer-phone.png", animations: "disabled" });
  await expectAccessible(page);
  await page.getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Overview", exact: true })).not.toBeInViewport();
  expect(account.email).not.toBe("");
});

test("a broken connection is shown, mended by itself, and nothing is missed", async ({ page, account }) => {
  const dataDir = process.env.DOLLARCLUB_DATA_DIR ?? "";
  test.skip(dataDir === "", "the platform was started by somebody else: its processes are not ours to kill");
  const answer = await page.request.post("/api/scripts/upload", {
    multipart: {
      file: {
        name: "patient.py",
        mimeType: "text/x-python",
        buffer: Buffer.from("import time\ntime.sleep(4)\n"),
      },
    },
    headers: { origin: baseUrl() },
  });
  const { id } = (await answer.json()) as { id: string };
  await page.goto("/");
  await expectLive(page);
  await post(page.request, `/api/scripts/${id}/execute`, {}, 202);
  await expect(page.getByRole("table").locator("[data-status=running]")).toBeVisible();

  expect(await killPart(dataDir, "dollarclub.entry.serve")).toBe(1);
  await expect(page.locator("[data-live=offline]")).toBeVisible();
  await expectLive(page);
  await expect(page.getByRole("table").locator("[data-status=completed]")).toBeVisible();
  await expect(page.getByText("Nothing runs at the moment.")).toBeVisible();
  expect(account.email).not.toBe("");
});
