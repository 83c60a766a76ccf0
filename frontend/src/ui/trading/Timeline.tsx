import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { formatMillis } from "@/lib/format";
import { clockTime, millisBetween } from "@/lib/time";
import classes from "./Timeline.module.css";

export interface Moment {
  key: string;
  label: string;
  at: string;
  detail?: ReactNode;
  /** `done` (default), `bad` for what went wrong, `odd` for what needs a look. */
  tone?: "done" | "bad" | "odd";
}

/** Steps under each other with the time of each and how long it took since the one before. */
export function Timeline({ moments, label }: { moments: Moment[]; label: string }) {
  return (
    <ol className={classes.list} aria-label={label}>
      {moments.map(({ key, label: name, at, detail, tone = "done" }, index) => {
        const before = moments[index - 1];
        return (
          <li key={key} className={classes.step} data-tone={tone} data-step={key}>
            <span className={classes.dot} aria-hidden />
            <div className={classes.words}>
              <Text size="sm" fw={550}>
                {name}
              </Text>
              {detail && (
                <Text size="xs" c="dimmed" component="div" style={{ overflowWrap: "anywhere" }}>
                  {detail}
                </Text>
              )}
            </div>
            <div className={classes.times}>
              <Text size="sm" className="dc-num">
                {before ? `+${formatMillis(millisBetween(before.at, at))}` : "start"}
              </Text>
              <Text size="xs" c="dimmed" className="dc-num">
                <time dateTime={at}>{clockTime(new Date(at))}</time>
              </Text>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
