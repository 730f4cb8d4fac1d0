import { tellTest, told } from './wire.ts'

/** Whatever is called on it is told to the test and answered with nothing; members of `own` are as they are. */
export function recorded<Own extends object>(name: string, own: Own): Own {
  return new Proxy(own, {
    get(target, member) {
      if (typeof member === 'symbol' || member === 'then' || member in target) {
        const found: unknown = Reflect.get(target, member, target)
        return typeof found === 'function' ? (found as (...values: unknown[]) => unknown).bind(target) : found
      }
      return (...values: unknown[]) => note(`${name}.${member}`, values)
    },
  })
}

export function note(name: string, values: readonly unknown[]): void {
  tellTest({ kind: 'called', name, values: values.map((value) => told(value)) })
}
