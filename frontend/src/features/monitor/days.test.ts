import { expect, it } from "vitest";
import { chartDays } from "./days";

it("shows every day of the period once, with the days' own figures", () => {
  const days = [
    {
      day: "2026-02-27T00:00:00Z",
      completed: 3,
      failed: 1,
      cancelled: 0,
      median_seconds: 2.5,
      p95_seconds: 9,
    },
    {
      day: "2026-03-01T00:00:00Z",
      completed: 1,
      failed: 0,
      cancelled: 2,
      median_seconds: null,
      p95_seconds: null,
    },
  ];
  const shown = chartDays(days, "2026-03-01T23:59:00Z", 4);
  expect(shown.map((day) => day.label)).toEqual(["26 Feb", "27 Feb", "28 Feb", "1 Mar"]);
  expect(shown.map((day) => day.completed)).toEqual([0, 3, 0, 1]);
  expect(shown[1]).toMatchObject({ failed: 1, median: 2.5, p95: 9 });
  expect(shown[2]).toMatchObject({ median: null });
});
