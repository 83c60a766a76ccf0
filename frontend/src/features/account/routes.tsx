import type { Feature } from "@/lib/feature";

export const accountFeature: Feature = {
  routes: [],
  openRoutes: [
    { path: "/sign-in", lazy: async () => ({ Component: (await import("./SignInPage")).SignInPage }) },
    { path: "/register", lazy: async () => ({ Component: (await import("./RegisterPage")).RegisterPage }) },
  ],
  nav: [],
  commands: [],
};
