import type { Change, Route } from '../domain/routes.ts'

/** The routes of this node by label; filled by the feed, read on each request. */
export class RouteTable {
  readonly #byLabel = new Map<string, Route>()
  readonly #byFunctionId = new Map<string, Route>()

  find(label: string): Route | undefined {
    return this.#byLabel.get(label)
  }

  findFunction(functionId: string): Route | undefined {
    return this.#byFunctionId.get(functionId)
  }

  load(routes: readonly Route[]): void {
    this.#byLabel.clear()
    this.#byFunctionId.clear()
    for (const route of routes) this.#put(route)
  }

  apply(change: Pick<Change, 'routes' | 'removedFunctionIds'>): void {
    for (const id of change.removedFunctionIds) this.#remove(id)
    for (const route of change.routes) this.#put(route)
  }

  #put(route: Route): void {
    this.#remove(route.functionId)
    this.#byFunctionId.set(route.functionId, route)
    this.#byLabel.set(route.label, route)
  }

  #remove(functionId: string): void {
    const route = this.#byFunctionId.get(functionId)
    if (route === undefined) return
    this.#byFunctionId.delete(functionId)
    // A function that was deleted and made again has the same label and another id.
    if (this.#byLabel.get(route.label) === route) this.#byLabel.delete(route.label)
  }
}
