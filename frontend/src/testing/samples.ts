import type { Run, Script } from "@/api/types";

export function aRun(facts: Partial<Run>): Run {
  return {
    id: "r1",
    script_id: "s1",
    script_name: "grid_bot.py",
    version: 1,
    status: "queued",
    reason: null,
    explanation: null,
    queue_position: null,
    queued_at: "2026-01-01T12:00:00Z",
    started_at: null,
    finished_at: null,
    cancel_requested_at: null,
    duration_seconds: null,
    exit_code: null,
    signal: null,
    cpu_seconds: null,
    peak_memory_bytes: null,
    log_bytes: 0,
    log_lines: 0,
    log_truncated: false,
    log_deleted: false,
    cancel_grace_seconds: 5,
    worker: null,
    sandbox: null,
    network: true,
    limits: {
      max_execution_time: 0,
      cpu_seconds: 0,
      memory_bytes: 1024 ** 3,
      processes: 256,
      open_files: 1024,
      scratch_bytes: 256 * 1024 ** 2,
    },
    ...facts,
  };
}

export function aScript(facts: Partial<Script>): Script {
  return {
    id: "s1",
    name: "grid_bot.py",
    version: 1,
    sha256: "0".repeat(64),
    size: 120,
    status: "uploaded",
    latest_run: null,
    settings: {
      packages: [],
      network: true,
      allow_parallel: false,
      secrets: [],
      limits: {
        max_execution_time: null,
        cpu_seconds: null,
        memory_bytes: null,
        processes: null,
        open_files: null,
        scratch_bytes: null,
      },
    },
    created_at: "2026-01-01T12:00:00Z",
    updated_at: "2026-01-01T12:00:00Z",
    ...facts,
  };
}
