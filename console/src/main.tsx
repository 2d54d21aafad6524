import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Unbroken } from "./shell/unbroken";
import { Start } from "./start";
import "./style/style.css";

const root = document.getElementById("console");
if (root === null) throw new Error("index.html has no #console");
createRoot(root).render(
  <StrictMode>
    <Unbroken at="">
      <Start />
    </Unbroken>
  </StrictMode>,
);
