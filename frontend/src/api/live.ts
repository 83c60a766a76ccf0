import type { LiveState, LiveTopic, ServerFrame, SubscriberFrame } from "./live-protocol";

export interface LiveOptions {
  url: () => string;
  /** Renew the session; false when it is over, rejects when the server is away. */
  refresh: () => Promise<boolean>;
  onSignedOut: () => void;
  pingEvery?: number;
  pongWithin?: number;
  /** Milliseconds before attempt 1, 2, … */
  backOff?: (attempt: number) => number;
}

interface Subscription {
  id: string;
  topic: LiveTopic;
  cursor: number | null;
  acknowledged: boolean;
  handler: (frame: SubscriberFrame) => void;
}

const SIGN_IN_AGAIN = 4401;

/**
 * The one websocket of this tab. It is open while anybody subscribes, comes back after a break with jittered
 * back-off and resumes every subscription at its cursor, so a subscriber sees no gap and no repeat.
 */
export class LiveConnection {
  readonly #options: Required<LiveOptions>;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #watchers = new Set<() => void>();
  #socket: WebSocket | null = null;
  #state: LiveState = "catching-up";
  #attempt = 0;
  #renewing = false;
  #nextId = 1;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ping: ReturnType<typeof setInterval> | undefined;
  #pong: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.#options = { pingEvery: 20_000, pongWithin: 10_000, backOff: jittered, ...options };
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Call `watcher` after every change of `state`. */
  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /**
   * Deliver a topic's frames to `handler`, from the first one later than `after`; for `account`, null is "from now
   * on". Returns how to end it.
   */
  subscribe(topic: LiveTopic, after: number | null, handler: Subscription["handler"]): () => void {
    const id = String(this.#nextId++);
    const subscription: Subscription = { id, topic, cursor: after, acknowledged: false, handler };
    this.#subscriptions.set(id, subscription);
    if (this.#isOpen()) this.#open(subscription);
    else if (!this.#socket && !this.#renewing && this.#retry === undefined) this.#connect();
    this.#settleState();
    return () => this.#unsubscribe(id);
  }

  /** Try at once instead of waiting for the back-off, for example when the network is back. */
  reconnectNow(): void {
    if (this.#retry === undefined) return;
    this.#attempt = 0;
    this.#connect();
  }

  #unsubscribe(id: string): void {
    if (!this.#subscriptions.delete(id)) return;
    if (this.#subscriptions.size === 0) this.#close();
    else if (this.#isOpen()) this.#send({ op: "unsubscribe", id });
    this.#settleState();
  }

  #connect(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const socket = new WebSocket(this.#options.url());
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (message: MessageEvent<string>) =>
      this.#receive(JSON.parse(message.data) as ServerFrame);
    socket.onclose = (event: CloseEvent) => {
      if (this.#socket === socket) void this.#lost(event.code);
    };
  }

  #opened(): void {
    this.#ping = setInterval(() => this.#sendPing(), this.#options.pingEvery);
    for (const subscription of this.#subscriptions.values()) this.#open(subscription);
    this.#settleState();
  }

  #open(subscription: Subscription): void {
    subscription.acknowledged = false;
    const { id, topic, cursor } = subscription;
    this.#send({ op: "subscribe", id, ...topic, ...(topic.topic === "monitor" ? {} : { after: cursor }) });
  }

  #receive(frame: ServerFrame): void {
    clearTimeout(this.#pong);
    this.#pong = undefined;
    if (frame.op === "hello" || frame.op === "pong" || frame.id === undefined) return;
    const subscription = this.#subscriptions.get(frame.id);
    if (!subscription) return;
    if (frame.op === "subscribed") {
      this.#attempt = 0;
      subscription.acknowledged = true;
      subscription.cursor ??= frame.cursor;
    } else if ("cursor" in frame) {
      subscription.cursor = frame.cursor;
    }
    subscription.handler(frame);
    const over = frame.op === "error" || (frame.op === "log" && frame.complete);
    if (over) {
      this.#subscriptions.delete(frame.id);
      if (this.#subscriptions.size === 0) this.#close();
    }
    if (over || frame.op === "subscribed") this.#settleState();
  }

  async #lost(code: number): Promise<void> {
    this.#socket = null;
    this.#stopTimers();
    this.#attempt += 1;
    for (const subscription of this.#subscriptions.values()) subscription.acknowledged = false;
    this.#settleState();
    if (code !== SIGN_IN_AGAIN) return this.#retryIn(this.#options.backOff(this.#attempt));
    this.#renewing = true;
    const signedIn = await this.#options.refresh().catch(() => null);
    this.#renewing = false;
    if (signedIn === false) this.#options.onSignedOut();
    else if (this.#subscriptions.size > 0) {
      this.#retryIn(signedIn && this.#attempt === 1 ? 0 : this.#options.backOff(this.#attempt));
    }
  }

  #retryIn(delay: number): void {
    this.#retry = setTimeout(() => this.#connect(), delay);
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#attempt = 0;
    this.#stopTimers();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  #sendPing(): void {
    this.#send({ op: "ping" });
    this.#pong ??= setTimeout(() => this.#abandon(), this.#options.pongWithin);
  }

  /** A silent peer may never finish the closing handshake, so its close event is not waited for. */
  #abandon(): void {
    const socket = this.#socket;
    if (!socket) return;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
    void this.#lost(1006);
  }

  #stopTimers(): void {
    clearInterval(this.#ping);
    clearTimeout(this.#pong);
    this.#pong = undefined;
  }

  #isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #send(frame: object): void {
    if (this.#isOpen()) this.#socket?.send(JSON.stringify(frame));
  }

  #settleState(): void {
    const pending = [...this.#subscriptions.values()].some((subscription) => !subscription.acknowledged);
    const state = this.#attempt > 0 && !this.#isOpen() ? "offline" : pending ? "catching-up" : "live";
    if (state === this.#state) return;
    this.#state = state;
    for (const watcher of [...this.#watchers]) watcher();
  }
}

function jittered(attempt: number): number {
  return Math.min(5000, 500 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}
