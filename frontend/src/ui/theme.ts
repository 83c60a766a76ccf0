import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const graphite: MantineColorsTuple = [
  "#dbe0e8",
  "#b8c0cd",
  "#939dae",
  "#6b7688",
  "#333c4b",
  "#272f3c",
  "#1c232e",
  "#141a23",
  "#0f141b",
  "#0a0e14",
];

const ocean: MantineColorsTuple = [
  "#e9f3fd",
  "#d2e4f8",
  "#a2c8f0",
  "#70abe8",
  "#4791e2",
  "#2f80de",
  "#1b72d5",
  "#1163bb",
  "#0b57a7",
  "#064a91",
];

const sans = '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

export const theme = createTheme({
  colors: { dark: graphite, ocean },
  primaryColor: "ocean",
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  fontFamily: sans,
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  headings: {
    fontFamily: sans,
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "1.0625rem", lineHeight: "1.35" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  defaultRadius: "md",
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "16px" },
  fontSizes: { xs: "0.75rem", sm: "0.8438rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  cursorType: "pointer",
  focusRing: "auto",
  components: {
    Paper: { defaultProps: { withBorder: true } },
    Card: { defaultProps: { withBorder: true, padding: "md" } },
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } },
    },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Button: { defaultProps: { size: "sm" } },
    Table: { defaultProps: { verticalSpacing: 9, horizontalSpacing: "md" } },
    Notification: { styles: { description: { color: "var(--mantine-color-dimmed)" } } },
    Modal: {
      defaultProps: { centered: true, closeButtonProps: { "aria-label": "Close" } },
      styles: { title: { fontWeight: 600 } },
    },
    PasswordInput: {
      defaultProps: { visibilityToggleButtonProps: { "aria-label": "Show or hide what was typed" } },
    },
    Tabs: { defaultProps: { keepMounted: false } },
  },
});

/** Quiet tints for badges and alerts on dark panels, where Mantine's are dense. */
const darkTints = Object.fromEntries(
  [
    ["red", "250, 82, 82", "#ffb3b3"],
    ["orange", "253, 126, 20", "#ffc078"],
    ["yellow", "250, 176, 5", "#ffd966"],
    ["teal", "18, 184, 134", "#7fe8c3"],
    ["cyan", "21, 170, 191", "#7fdbe8"],
    ["grape", "190, 75, 219", "#e9b3f7"],
    ["ocean", "47, 128, 222", "#a2c8f0"],
  ].flatMap(([name, tint, text]) => [
    [`--mantine-color-${name}-light`, `rgba(${tint}, 0.15)`],
    [`--mantine-color-${name}-light-hover`, `rgba(${tint}, 0.22)`],
    [`--mantine-color-${name}-light-color`, text],
  ]),
);

/** Colours that Mantine has no name for (canvas, money), and its tinted ones where their contrast falls short. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#566173",
    "--mantine-color-placeholder": "#6b7688",
    "--mantine-color-teal-light-color": "#0a5c45",
    "--mantine-color-yellow-light-color": "#7a4b00",
    "--mantine-color-orange-light-color": "#94380a",
    "--mantine-color-cyan-light-color": "#0a5a6b",
    "--mantine-color-red-light-color": "#a61e1e",
    "--dc-canvas": "#f3f5f8",
    "--dc-gain": "#0b7a58",
    "--dc-loss": "#c22f2f",
  },
  dark: {
    ...darkTints,
    "--mantine-color-dimmed": "#98a2b3",
    "--mantine-color-placeholder": "#8590a2",
    "--mantine-color-gray-light": "var(--mantine-color-dark-5)",
    "--mantine-color-gray-light-hover": "var(--mantine-color-dark-4)",
    "--mantine-color-gray-light-color": "var(--mantine-color-dark-0)",
    "--dc-canvas": "#0d1218",
    "--dc-gain": "#3ecf9a",
    "--dc-loss": "#ff7b7b",
  },
});
