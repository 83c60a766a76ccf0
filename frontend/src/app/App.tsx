import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { RouterProvider } from "react-router/dom";
import { createAppQueryClient } from "@/api/query-client";
import { onSignedOut } from "@/api/session";
import { cssVariables, theme } from "@/ui/theme";
import { createAppRouter } from "./router";
import { signInAddress } from "@/lib/return-address";

export function App() {
  const [client] = useState(createAppQueryClient);
  const [router] = useState(() => createAppRouter(client));

  useEffect(
    () =>
      onSignedOut(() => {
        const { pathname, search, hash } = router.state.location;
        if (pathname === "/sign-in" || pathname === "/register") return;
        void router.navigate(signInAddress(pathname + search + hash)).then(() => client.clear());
      }),
    [client, router],
  );

  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <ModalsProvider>
          <Notifications position="bottom-right" limit={4} />
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
