import boundaries from "eslint-plugin-boundaries";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.gen.ts", "e2e/.artifacts", "test-results"] },
  ...tseslint.configs.strict,
  { files: ["src/**/*.{ts,tsx}"], ...reactHooks.configs.flat["recommended-latest"] },
  {
    rules: {
      "max-lines": ["error", { max: 250 }],
      "max-lines-per-function": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { boundaries },
    settings: {
      "import/resolver": { typescript: { project: "tsconfig.json" } },
      "boundaries/elements": [
        { type: "app", pattern: "src/app" },
        { type: "feature", pattern: "src/features/*", capture: ["name"] },
        { type: "api", pattern: "src/api" },
        { type: "ui", pattern: "src/ui" },
        { type: "lib", pattern: "src/lib" },
        { type: "testing", pattern: "src/testing" },
      ],
    },
    rules: {
      "boundaries/dependencies": [
        "error",
        {
          default: "disallow",
          policies: [
            mayImport("app", ["app", "feature", "api", "ui", "lib", "testing"]),
            mayImport("feature", ["api", "ui", "lib", "testing"]),
            {
              from: { element: { type: "feature" } },
              allow: {
                to: { element: { type: "feature", captured: { name: "{{ from.element.captured.name }}" } } },
              },
            },
            mayImport("api", ["api", "lib", "testing"]),
            mayImport("ui", ["ui", "api", "lib", "testing"]),
            mayImport("lib", ["lib", "testing"]),
            mayImport("testing", ["testing", "api", "ui", "lib"]),
          ],
        },
      ],
    },
  },
);

function mayImport(layer, others) {
  return { from: { element: { type: layer } }, allow: { to: { element: { type: others } } } };
}
