import { describe, expect, it } from "vitest";
import { curlOf } from "./curl";

describe("curlOf", () => {
  const simple = JSON.stringify({
    action: "buy",
    symbol: "{{ticker}}",
    price: "{{close}}",
    timestamp: "{{timenow}}",
    amount: "100",
  });
  const command = curlOf({
    urls: { token: "https://x.example/api/webhook/t/abc", account: null, v1: null },
    messages: { entry: "", exit: "", simple },
  });

  it("leaves no placeholder, since an alert with one is refused", () => {
    expect(command).not.toContain("{{");
    expect(command).toContain('"symbol": "BTCUSDT"');
    expect(command).toContain('"amount": "100"');
  });

  it("goes to the address with the token, with the time at which it is run", () => {
    expect(command).toContain("curl -X POST https://x.example/api/webhook/t/abc");
    expect(command).toContain('"timestamp": "\'"$(date -u +%FT%TZ)"\'"');
  });
});
