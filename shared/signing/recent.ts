/** The most recently used values by key, at most `capacity` of them, each made when first asked for. */
export class Recent<Value> {
  private readonly values = new Map<string, Value>()
  private readonly capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
  }

  get(key: string, make: () => Value): Value {
    const value = this.values.has(key) ? (this.values.get(key) as Value) : make()
    // A Map keeps insertion order: taking out and putting back makes this one the youngest.
    this.values.delete(key)
    this.values.set(key, value)
    for (const oldest of this.values.keys()) {
      if (this.values.size <= this.capacity) break
      this.values.delete(oldest)
    }
    return value
  }
}
