/// <reference types="vitest/config" />
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Pages are served under a policy that allows neither inline scripts nor data: addresses of scripts (infra/console.yaml).
export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } }, // on a busy machine it says so at length
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
