import { NavLink } from "@mantine/core";
import { Link, useLocation } from "react-router";
import { features } from "./features";
import classes from "./Shell.module.css";

export function Navigation() {
  const { pathname } = useLocation();
  return features
    .flatMap(({ nav }) => nav)
    .map(({ label, to, icon: EntryIcon }) => {
      const active = to === "/" ? pathname === "/" : pathname === to || pathname.startsWith(`${to}/`);
      return (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={label}
          active={active}
          aria-current={active ? "page" : undefined}
          leftSection={<EntryIcon size={19} stroke={1.6} aria-hidden />}
          className={classes.link}
        />
      );
    });
}
