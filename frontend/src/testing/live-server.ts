import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket as Peer, WebSocketServer } from "ws";

interface ClientFrame {
  op: string;
  id?: string;
  topic?: string;
  after?: number | null;
}

/** A real socket on the server's side of the live protocol; tests say what it answers. */
export class LiveServer {
  readonly received: ClientFrame[] = [];
  connections = 0;
  answersPings = true;
  #server: WebSocketServer;
  #peers = new Set<Peer>();

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on("connection", (peer) => {
      this.connections += 1;
      this.#peers.add(peer);
      peer.on("close", () => this.#peers.delete(peer));
      peer.on("message", (text) => this.#take(peer, JSON.parse(String(text)) as ClientFrame));
    });
  }

  static async start(port = 0): Promise<LiveServer> {
    const server = new WebSocketServer({ port, host: "127.0.0.1" });
    await once(server, "listening");
    return new LiveServer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  send(frame: object): void {
    for (const peer of this.#peers) peer.send(JSON.stringify(frame));
  }

  /** Close every connection with `code`; without one the line goes dead without a goodbye. */
  drop(code?: number): void {
    for (const peer of this.#peers) {
      if (code === undefined) peer.terminate();
      else peer.close(code);
    }
  }

  async stop(): Promise<void> {
    this.drop();
    await new Promise((done) => this.#server.close(done));
  }

  subscriptions(): ClientFrame[] {
    return this.received.filter(({ op }) => op === "subscribe");
  }

  #take(peer: Peer, frame: ClientFrame): void {
    this.received.push(frame);
    if (frame.op === "ping" && this.answersPings) peer.send(JSON.stringify({ op: "pong" }));
  }
}
