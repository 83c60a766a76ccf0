import { Code } from "@mantine/core";
import type { ReactNode } from "react";
import type { Order } from "@/api/types";
import { baseOf, quoteOf } from "@/lib/symbols";
import { Facts } from "../Facts";
import { Num } from "../Num";
import { SideText } from "./badges";
import { KeyName } from "./keys";

const TERMS: Record<NonNullable<Order["time_in_force"]>, string> = {
  gtc: "good till cancelled",
  ioc: "fill at once or cancel",
  fok: "fill whole or cancel",
  post_only: "only as a maker",
};

/** What was asked for and how far it came. */
export function OrderFacts({ order }: { order: Order }) {
  const base = baseOf(order.symbol);
  const quote = quoteOf(order.symbol);
  const facts: [string, ReactNode][] = [
    ["Side", <SideText key="side" side={order.side} purpose={order.purpose} />],
    ["Type", order.type + (order.time_in_force ? `, ${TERMS[order.time_in_force]}` : "")],
  ];
  if (order.amount !== null) facts.push(["Amount", <Num key="amount" value={order.amount} unit={base} />]);
  if (order.cost !== null) facts.push(["For", <Num key="cost" value={order.cost} unit={quote} />]);
  if (order.price !== null) facts.push(["Limit", <Num key="price" value={order.price} unit={quote} />]);
  facts.push(["Filled", <Num key="filled" value={order.filled} unit={base} />]);
  if (order.average !== null)
    facts.push(["Average", <Num key="average" value={order.average} unit={quote} />]);
  if (order.reduce_only) facts.push(["Reduce only", "yes"]);
  facts.push(
    ["Key", <KeyName key="key" id={order.key_id} />],
    ["Our id", <Code key="client">{order.client_id}</Code>],
    ["Exchange’s id", order.venue_order_id ? <Code key="venue">{order.venue_order_id}</Code> : "none yet"],
  );
  if (order.attempts > 1) facts.push(["Sent", `${order.attempts} times, with the same id`]);
  return <Facts facts={facts} />;
}
