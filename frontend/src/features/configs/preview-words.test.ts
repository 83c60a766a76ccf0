import { expect, it } from "vitest";
import { symbolOn } from "./preview-words";

it.each([
  ["spot", "btc/usdt", "BTC/USDT"],
  ["usdm", "BTC/USDT", "BTC/USDT:USDT"],
  ["usdm", "BTC/USDT:USDT", "BTC/USDT:USDT"],
  ["spot", "BTC/USDT:USDT", "BTC/USDT"],
  ["spot", "BTC", ""],
  ["spot", "", ""],
])("on %s, %s is %s", (market, pair, symbol) => expect(symbolOn(market, pair)).toBe(symbol));
