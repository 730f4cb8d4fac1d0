import { expect, test } from 'vitest'
import { OrderSlots } from './slots.ts'

test('released slots are taken again before the columns grow', () => {
  const slots = new OrderSlots()
  const room = slots.ids.length
  for (let round = 0; round < 3; round++) {
    const taken = Array.from({ length: room }, () => slots.take())
    expect(new Set(taken).size).toBe(room)
    expect(slots.ids.length).toBe(room)
    for (const slot of taken) slots.release(slot)
  }
})
