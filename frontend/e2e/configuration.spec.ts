import { readFile } from "node:fs/promises";
import { expect, expectLive, test } from "./fixtures";
import { lookAt } from "./looks";

test("trading settings go out as a file, come in after a look at what changes, and go back to the defaults", async ({
  page,
  account,
}) => {
  await page.goto("/settings/configuration");
  await expectLive(page);
  await expect(page.getByRole("heading", { name: "The defaults are in force" })).toBeVisible();
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export as a file" }).click();
  const document = JSON.parse(await readFile(await (await file).path(), "utf8")) as Record<string, unknown>;
  expect(document.format).toBe("dollarclub-configuration");

  const choose = async (name: string, text: string) => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a file" }).click();
    await (await chooser).setFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  };
  await choose("broken.json", "{");
  await expect(page.getByText("This is not a JSON file.")).toBeVisible();

  const pool = { ...(document.pool as object), max_groups: 3 };
  await choose("three.json", JSON.stringify({ ...document, pool }));
  const changes = page.getByRole("table", { name: "What the import changes" });
  await expect(changes.getByRole("row")).toHaveCount(2);
  await expect(changes).toContainText("max_groups");
  await lookAt(page, "configuration-import");
  await page.getByRole("button", { name: "Import 1 change" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Import it" }).click();
  const versions = page.getByRole("table", { name: /^Versions of/ });
  await expect(versions.getByRole("row")).toHaveCount(2);
  await expect(versions).toContainText(account.username);

  await page.getByRole("button", { name: "Reset to the defaults" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reset the section" }).click();
  await expect(versions).toContainText("max groups: 3 → 10");
  await lookAt(page, "configuration");
});
