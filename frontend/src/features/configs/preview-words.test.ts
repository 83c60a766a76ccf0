import { expect, it } from "vitest";
import { refusalOf, symbolOn } from "./preview-words";

it.each([
  ["spot", "btc/usdt", "BTC/USDT"],
  ["usdm", "BTC/USDT", "BTC/USDT:USDT"],
  ["usdm", "BTC/USDT:USDT", "BTC/USDT:USDT"],
  ["spot", "BTC/USDT:USDT", "BTC/USDT"],
  ["spot", "BTC", ""],
  ["spot", "", ""],
])("on %s, %s is %s", (market, pair, symbol) => expect(symbolOn(market, pair)).toBe(symbol));

it("names a leg that is too small as the form counts", () =>
  expect(refusalOf({ leg: 0, message: "Leg 0 would be 0.1 at 5." })).toBe("Leg 1 would be 0.1 at 5."));
