import type { Delivery, DeliveryState } from '../domain/delivery.ts'
import type { Webhook, WebhookInput } from '../domain/webhook.ts'
import type { ClaimedDelivery } from '../store/delivery-claims.ts'
import type { ChangeContext, Page, PageQuery } from './requests.ts'

export interface DeliveryQuery extends PageQuery {
  readonly state?: DeliveryState | undefined
  readonly type?: string | undefined
}

/** A test that is about to be sent; its delivery is what a repeat of the request is answered. */
export interface BegunTest {
  readonly claimed: ClaimedDelivery
  readonly delivery: Delivery
}

export interface WebhookUseCases {
  /** In the order of their creation. */
  list(projectId: number, query: PageQuery): Promise<Page<Webhook>>
  get(projectId: number, id: string): Promise<Webhook>
  /** The secret is in this answer only. */
  create(
    context: ChangeContext,
    projectId: number,
    input: WebhookInput,
  ): Promise<{ webhook: Webhook; secret: string }>
  /** Absent members stay as they are. */
  update(
    context: ChangeContext,
    projectId: number,
    id: string,
    patch: Partial<WebhookInput>,
  ): Promise<Webhook>
  delete(context: ChangeContext, projectId: number, id: string): Promise<void>
  /** The secret is in this answer only; the one before signs beside it for a day. */
  rotateSecret(
    context: ChangeContext,
    projectId: number,
    id: string,
  ): Promise<{ webhook: Webhook; secret: string }>
  /** Sends something at once, whether it is enabled or not, and resolves with what came of it. */
  test(context: ChangeContext, projectId: number, id: string): Promise<Delivery>
  /** Newest first. */
  deliveries(projectId: number, id: string, query: DeliveryQuery): Promise<Page<Delivery>>
  delivery(projectId: number, id: string, deliveryId: string): Promise<Delivery>
  /** Queues one that has ended again, under the same id. */
  redeliver(
    context: ChangeContext,
    projectId: number,
    id: string,
    deliveryId: string,
  ): Promise<Delivery>
}

export interface MailUseCases {
  /** The address that mails of the project come from; null when this server sends none. */
  sender(projectId: number): Promise<string | null>
  /** Newest first. */
  list(
    projectId: number,
    query: DeliveryQuery & { readonly recipient?: string | undefined },
  ): Promise<Page<Delivery>>
  /** Sends a mail at once and resolves with what came of it. Refused where no server is set. */
  test(context: ChangeContext, projectId: number, recipient: string): Promise<Delivery>
}
