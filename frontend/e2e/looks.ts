import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const PHONE = { width: 390, height: 844 };

/** Nothing that axe calls serious or critical. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const found = serious.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`),
  );
  expect(found).toEqual([]);
}

/**
 * Check a page as it stands in dark, in light and on a phone: accessible in both schemes, no sideways scrolling at
 * 390 px; leave three pictures in `e2e/.artifacts` for somebody to look at.
 */
export async function lookAt(page: Page, name: string): Promise<void> {
  const wide = page.viewportSize();
  await expect(page.locator(".mantine-Skeleton-root")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
  const picture = (kind: string) =>
    page.screenshot({ path: `e2e/.artifacts/${name}-${kind}.png`, animations: "disabled" });
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await picture("dark");
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await picture("light");
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.setViewportSize(PHONE);
  await picture("phone");
  await expectAccessible(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, "the page scrolls sideways on a phone").toBeLessThanOrEqual(0);
  if (wide) await page.setViewportSize(wide);
}
