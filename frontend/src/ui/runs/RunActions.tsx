import { canAct, useMe } from "@/api/account";
import { isActive } from "@/api/types";
import type { Run, Script } from "@/api/types";
import { RunButton } from "./RunButton";
import { StopButton } from "./StopButton";

/** Run or stop, whichever the script's state allows; nothing for an account that only reads. */
export function ScriptRunActions({
  script,
  compact,
  open,
}: {
  script: Script;
  compact?: boolean;
  open?: boolean;
}) {
  const me = useMe();
  if (!canAct(me)) return null;
  const active = script.latest_run && isActive(script.latest_run.status) ? script.latest_run : null;
  return (
    <>
      {active && <StopButton run={active} compact={compact} />}
      {(!active || script.settings.allow_parallel) && (
        <RunButton script={script} compact={compact} open={open} />
      )}
    </>
  );
}

/** Stop while the run is active, run its script again once it is over. */
export function RunActions({ run, compact, open }: { run: Run; compact?: boolean; open?: boolean }) {
  const me = useMe();
  if (!canAct(me)) return null;
  if (isActive(run.status)) return <StopButton run={run} compact={compact} />;
  const script = { id: run.script_id, name: run.script_name };
  return <RunButton script={script} label="Run again" compact={compact} open={open} />;
}
