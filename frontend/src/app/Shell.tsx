import { AppShell, Burger, Group, Kbd, ScrollArea, UnstyledButton, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useEffect } from "react";
import { Link, Outlet, ScrollRestoration, useLocation } from "react-router";
import { useLiveAccount } from "@/api/live-hooks";
import { Brand } from "@/ui/Brand";
import { HaltButton } from "./halt/HaltButton";
import { HaltNotice } from "./halt/HaltNotice";
import { LiveBadge } from "./LiveBadge";
import { Navigation } from "./Navigation";
import { ShortcutHelp } from "./ShortcutHelp";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu";
import { useShortcuts } from "./useShortcuts";

const Palette = lazy(async () => ({ default: (await import("./Palette")).Palette }));

/** Everything around a page: header, navigation, palette, shortcuts, and the tab's live connection. */
export function Shell() {
  useLiveAccount();
  const [menuOpen, { toggle: toggleMenu, close: closeMenu }] = useDisclosure(false);
  const [helpOpen, help] = useDisclosure(false);
  useShortcuts(help.open);
  const { pathname } = useLocation();
  useEffect(closeMenu, [pathname, closeMenu]);

  return (
    <AppShell
      header={{ height: 54 }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !menuOpen } }}
      padding={{ base: "sm", sm: "lg" }}
      withBorder
    >
      <a href="#main" className="dc-skip">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px={{ base: "sm", sm: "md" }} justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={menuOpen}
              onClick={toggleMenu}
              hiddenFrom="sm"
              size="sm"
              aria-label={menuOpen ? "Close the navigation" : "Open the navigation"}
            />
            <Link to="/" className={classes.brand} aria-label="DollarClub, to the overview">
              <Brand />
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <UnstyledButton
              className={classes.search}
              onClick={spotlight.open}
              aria-label="Search and commands"
            >
              <IconSearch size={16} aria-hidden />
              <Text span size="sm" visibleFrom="sm">
                Search
              </Text>
              <Kbd size="xs" visibleFrom="sm">
                Ctrl K
              </Kbd>
            </UnstyledButton>
            <HaltButton />
            <LiveBadge />
            <UserMenu onShowShortcuts={help.open} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        <AppShell.Section grow component={ScrollArea}>
          <Navigation />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <div className={classes.page}>
          <HaltNotice />
          <Outlet />
        </div>
      </AppShell.Main>
      <Suspense>
        <Palette />
      </Suspense>
      <ShortcutHelp opened={helpOpen} onClose={help.close} />
      <ScrollRestoration />
    </AppShell>
  );
}
