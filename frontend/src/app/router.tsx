import type { QueryClient } from "@tanstack/react-query";
import { createBrowserRouter, type LoaderFunctionArgs, redirect } from "react-router";
import { ME } from "@/api/account";
import { asProblem } from "@/api/problem";
import { signInAddress } from "@/lib/return-address";
import { CrashPage } from "./CrashPage";
import { features } from "./features";
import { NotFoundPage } from "./NotFoundPage";
import { Shell } from "./Shell";
import { Starting } from "./Starting";

export function createAppRouter(client: QueryClient) {
  const requireAccount = async ({ request }: LoaderFunctionArgs) => {
    try {
      await client.ensureQueryData(ME);
      return null;
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      const { pathname, search } = new URL(request.url);
      return redirect(signInAddress(pathname + search));
    }
  };

  return createBrowserRouter([
    {
      path: "/",
      element: <Shell />,
      loader: requireAccount,
      shouldRevalidate: () => false,
      hydrateFallbackElement: <Starting />,
      errorElement: <CrashPage />,
      children: [
        { errorElement: <CrashPage inShell />, children: features.flatMap(({ routes }) => routes) },
        { path: "*", element: <NotFoundPage /> },
      ],
    },
    {
      errorElement: <CrashPage />,
      hydrateFallbackElement: <Starting />,
      children: features.flatMap(({ openRoutes }) => openRoutes ?? []),
    },
  ]);
}
