import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { api } from "@/api/client";
import { ApiProblem, asProblem } from "@/api/problem";
import type { Script } from "@/api/types";
import { formatBytes } from "@/lib/format";

const LARGEST = 10 * 1024 ** 2;

/** One file and what became of it. */
export interface Upload {
  id: number;
  name: string;
  size: number;
  script: Script | null;
  problem: ApiProblem | null;
}

let lastId = 0;

/** Throws the server's problem, or one of the same kind when the file is refused before it is sent. */
export async function uploadScript(file: File): Promise<Script> {
  if (file.size > LARGEST) {
    throw new ApiProblem(413, {
      title: "Too large",
      code: "too_large",
      detail: `The file has ${formatBytes(file.size)}; a script may have at most ${formatBytes(LARGEST)}.`,
    });
  }
  const { data } = await api.POST("/api/scripts/upload", {
    // The contract says "binary text" for a file; the browser sends a form.
    body: { file: file as unknown as string },
    bodySerializer: () => {
      const form = new FormData();
      form.append("file", file);
      return form;
    },
  });
  if (!data) throw ApiProblem.unreachable();
  return data;
}

/** Uploads several files, one after the other, and keeps the outcome of each. */
export function useUploads() {
  const client = useQueryClient();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const upload = useCallback(
    async (files: readonly File[]): Promise<Script[]> => {
      const waiting = files.map((file) => ({
        file,
        entry: { id: (lastId += 1), name: file.name, size: file.size, script: null, problem: null },
      }));
      setUploads((before) => [...waiting.map(({ entry }) => entry), ...before]);
      const scripts: Script[] = [];
      for (const { file, entry } of waiting) {
        const outcome: Partial<Upload> = await uploadScript(file).then(
          (script) => {
            scripts.push(script);
            return { script };
          },
          (error: unknown) => ({ problem: asProblem(error) }),
        );
        setUploads((before) => before.map((one) => (one.id === entry.id ? { ...one, ...outcome } : one)));
      }
      await client.invalidateQueries({ queryKey: ["get", "/api/scripts"] });
      return scripts;
    },
    [client],
  );
  const dismiss = useCallback(
    (id?: number) => setUploads((before) => (id === undefined ? [] : before.filter((one) => one.id !== id))),
    [],
  );
  return { uploads, upload, dismiss };
}
