import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    // WeChat's own browser lags behind: Chrome 86 on older Android phones, Safari 13 on older iPhones.
    target: ["chrome80", "safari13.1"],
    // Every asset is a file of its own below assets/, the one folder that the app serves.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // `npm run dev` beside a running desk.
    proxy: {
      "/socket.io": { target: "http://127.0.0.1:8000", ws: true },
      "/demo": "http://127.0.0.1:8000",
    },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
