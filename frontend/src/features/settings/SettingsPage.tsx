import { Tabs } from "@mantine/core";
import { useViewportSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { Outlet, useLocation, useNavigate } from "react-router";
import { useMe } from "@/api/account";
import { PageHeader } from "@/ui/PageHeader";
import classes from "./SettingsPage.module.css";

const TABS = [
  { value: "profile", label: "Profile" },
  { value: "password", label: "Password" },
  { value: "sessions", label: "Sessions" },
  { value: "tokens", label: "API tokens" },
  { value: "secrets", label: "Secret variables" },
  { value: "packages", label: "Packages" },
  { value: "configuration", label: "Trading settings" },
  { value: "appearance", label: "Appearance" },
];

export function SettingsPage() {
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const isAdmin = useMe().role === "admin";
  const tabs = isAdmin ? [...TABS, { value: "users", label: "Users" }] : TABS;
  const current = pathname.split("/")[2] ?? "profile";
  const { width } = useViewportSize();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current
      ?.querySelector("[aria-selected=true]")
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [current, width]);
  return (
    <>
      <PageHeader title="Settings" />
      <Tabs value={current} onChange={(tab) => void navigate(`/settings/${tab}`)}>
        <Tabs.List ref={list} className={classes.list} mb="lg">
          {tabs.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={current}>
          <Outlet />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
