import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import type { Api } from "../api/client";
import type { MeAnswer } from "../api/contract";
import type { Config } from "../session/config";

export type Role = "viewer" | "operator" | "admin";

/** Who is here, in which account, and how the API is asked. The server decides; `may` only spares disappointments. */
export type Console = {
  readonly api: Api;
  readonly config: Config;
  readonly me: MeAnswer;
  readonly account: string;
  readonly role: Role;
  readonly may: { readonly operate: boolean; readonly administer: boolean };
  signOut(): void;
};

const Context = createContext<Console | null>(null);
export const ConsoleProvider = Context.Provider;

export function useConsole(): Console {
  const found = useContext(Context);
  if (found === null) throw new Error("useConsole is for what ConsoleProvider holds");
  return found;
}

/** What is kept of the account is asked for again: somebody did something. */
export function useRefresh(): (...subjects: readonly string[]) => Promise<void> {
  const queries = useQueryClient();
  const { account } = useConsole();
  return async (...subjects) => {
    await Promise.all(subjects.map((subject) => queries.invalidateQueries({ queryKey: [account, subject] })));
  };
}
