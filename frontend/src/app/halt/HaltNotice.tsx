import { lazy, Suspense } from "react";
import { engagedHalt, useHalt } from "@/ui/trading/useHalt";

const HaltBanner = lazy(async () => ({ default: (await import("./HaltBanner")).HaltBanner }));

export function HaltNotice() {
  const halt = engagedHalt(useHalt().data);
  if (!halt) return null;
  return (
    <Suspense>
      <HaltBanner halt={halt} />
    </Suspense>
  );
}
