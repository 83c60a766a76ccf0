import { NavLink, Text } from "@mantine/core";
import { Fragment } from "react";
import { Link, useLocation } from "react-router";
import type { NavEntry } from "@/lib/feature";
import { features } from "./features";
import classes from "./Shell.module.css";

const ENTRIES = features.flatMap(({ nav }) => nav);

export function Navigation() {
  return ENTRIES.map((entry, index) => {
    const before = ENTRIES[index - 1];
    const begins = before !== undefined && entry.group !== before.group;
    return (
      <Fragment key={entry.to}>
        {begins && (entry.group ? <Heading>{entry.group}</Heading> : <div className={classes.gap} />)}
        <Entry {...entry} />
      </Fragment>
    );
  });
}

function Heading({ children }: { children: string }) {
  return (
    <Text size="xs" fw={600} c="dimmed" className={classes.heading}>
      {children}
    </Text>
  );
}

function Entry({ label, to, icon: EntryIcon, badge: EntryBadge }: NavEntry) {
  const { pathname } = useLocation();
  const active = to === "/" ? pathname === "/" : pathname === to || pathname.startsWith(`${to}/`);
  return (
    <NavLink
      component={Link}
      to={to}
      label={label}
      active={active}
      aria-current={active ? "page" : undefined}
      leftSection={<EntryIcon size={19} stroke={1.6} aria-hidden />}
      rightSection={EntryBadge && <EntryBadge />}
      className={classes.link}
    />
  );
}
