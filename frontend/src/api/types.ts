import type { components, paths } from "./schema.gen";

type Schemas = components["schemas"];

export type User = Schemas["UserOut"];
export type Role = Schemas["Role"];
export type Session = Schemas["SessionOut"];
export type Token = Schemas["TokenOut"];
export type NewToken = Schemas["NewTokenOut"];
export type Script = Schemas["ScriptOut"];
export type ScriptSettings = Schemas["ScriptSettings"];
export type ScriptSettingsOut = Schemas["ScriptSettingsOut"];
export type ScriptContent = Schemas["ContentOut"];
export type ScriptVersion =
  paths["/api/scripts/{script_id}/versions"]["get"]["responses"]["200"]["content"]["application/json"]["items"][number];
export type Run = Schemas["RunOut"];
export type RunStatus = Schemas["RunStatus"];
export type RunLimits = Schemas["RunLimitsOut"];
export type LogFragment = Schemas["LogFragmentOut"];
export type LogPage = Schemas["LogPageOut"];
export type Monitor = Schemas["MonitorOut"];
export type Worker = Schemas["WorkerOut"];
export type Secret = Schemas["SecretOut"];
export type Package = Schemas["PackageOut"];

export type Exchange = Schemas["VenueOut"];
export type ExchangeKey = Schemas["KeyOut"];
export type KeyStatus = Schemas["KeyStatus"];
export type Environment = Schemas["Environment"];
export type MarketType = Schemas["MarketType"];
export type Order = Schemas["OrderOut"];
export type OrderDetail = Schemas["OrderDetailOut"];
export type OrderStatus = Schemas["OrderStatus"];
export type Fill = Schemas["FillOut"];
export type BookPosition = Schemas["BookPositionOut"];
export type KeyBalances = Schemas["KeyBalancesOut"];
export type Ticket = Schemas["TicketOut"];
export type TicketStatus = Schemas["TicketStatus"];
export type Halt = Schemas["HaltOut"];
export type HaltState = Schemas["HaltsOut"];
export type Proof = Schemas["ProofOut"];
export type Strategy = Schemas["StrategyOut"];
export type StrategyBody = Schemas["StrategyIn"];
export type Webhook = Schemas["WebhookOut"];
export type Signal = Schemas["SignalOut"];
export type SignalDetail = Schemas["SignalDetailOut"];
export type SignalStatus = Schemas["SignalStatus"];
export type Outcome = Schemas["Outcome"];
export type ChartHour = Schemas["ChartHourOut"];
export type Paper = Schemas["PaperOut"];
export type PaperMarket = Schemas["PaperMarketOut"];
export type PaperFault = Schemas["PaperFaultOut"];
export type PaperFaultBody = Schemas["PaperFaultIn"];
export type DcaConfig = Schemas["ConfigOut"];
export type DcaConfigBody = Schemas["ConfigIn"];
export type DcaPlan = Schemas["PlanBody"];
export type GridPreview = Required<
  paths["/api/dca-configs/preview"]["post"]["responses"]["200"]["content"]["application/json"]
>;
export type Pool = Schemas["PoolOut"];
export type PoolSettings = Schemas["PoolSettings"];
export type PriorityRule = Schemas["Rule"];
export type QueueEntry = Schemas["QueueEntryOut"];
export type RankedEntry = Schemas["RankedOut"];
export type QueueStatus = Schemas["QueueStatus"];
export type PositionGroup = Schemas["GroupOut"];
export type GroupDetail = Schemas["GroupDetailOut"];
export type GroupPyramid = Schemas["PyramidOut"];
export type GroupLeg = Schemas["LegOut"];
export type LegState = Schemas["LegState"];
export type GroupStatus = Schemas["GroupStatus"];
export type CloseReason = Schemas["CloseReason"];
export type PositionSide = Schemas["PositionSide"];
export type Analytics = Schemas["AnalyticsOut"];
export type TradingOverview = Schemas["TradingOverviewOut"];
export type ConfigurationDocument = Schemas["Document-Input"];
export type ConfigurationChange = Schemas["ChangeOut"];
export type ConfigurationVersion = Schemas["dollarclub__entry__configuration__schemas__VersionOut"];
export type PaperFaultKind = Schemas["PaperFaultKind"];
export type Risk = Schemas["RiskOut"];
export type RiskEngine = Schemas["EngineOut"];
export type RiskUsage = Schemas["UsageOut"];
export type RiskEffect = Schemas["Effect"];
export type RiskCandidate = Schemas["CandidateOut"];
export type RiskHindrance = Schemas["Hindrance"];
export type RiskPlan = Schemas["PlanOut"];
export type RiskOffset = Schemas["OffsetOut"];
export type RiskSettings = Schemas["RiskSettings-Output"];
export type RiskSettingsOut = Schemas["RiskSettingsOut"];
export type AuditEntry = Schemas["AuditOut"];

/** One page of a list: `items` from `offset` on, out of `total`. */
export interface Page<Item> {
  items: Item[];
  total: number;
  limit: number;
  offset: number;
}

export const ACTIVE_STATES: readonly RunStatus[] = ["queued", "starting", "running", "cancelling"];

export function isActive(status: RunStatus | "uploaded"): boolean {
  return (ACTIVE_STATES as readonly string[]).includes(status);
}

const FINAL_ORDERS: readonly OrderStatus[] = ["filled", "cancelled", "rejected"];

/** Nothing will change such an order any more. */
export function isFinal(status: OrderStatus): boolean {
  return FINAL_ORDERS.includes(status);
}
