import type { ReactNode } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import { Switch as AriaSwitch } from 'react-aria-components/Switch'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField, type TextFieldProps } from 'react-aria-components/TextField'
import { cls } from './cls.ts'
import css from './Field.module.css'

interface Worded {
  readonly label: string
  /** Below the field: what is wanted, before anything is wrong. */
  readonly hint?: ReactNode
}

/** A line (or, with `rows`, several lines) of text with its label, hint and error. */
export function TextField({ label, hint, rows, ...props }: TextFieldProps & Worded & { readonly rows?: number }) {
  return (
    <AriaTextField {...props} className={cls(css['field'])}>
      <Label className={cls(css['label'])}>{label}</Label>
      {rows === undefined ? (
        <Input className={cls(css['input'])} />
      ) : (
        <TextArea rows={rows} className={cls(css['input'])} />
      )}
      {hint !== undefined && (
        <Text slot="description" className={cls(css['hint'])}>
          {hint}
        </Text>
      )}
      <FieldError className={cls(css['error'])} />
    </AriaTextField>
  )
}

/** One of a few: all of them are seen at once. `compact`: small, in a heading; its label is only spoken. */
export function Choice<Value extends string>({
  label,
  compact = false,
  value,
  options,
  onChange,
}: {
  readonly label: string
  readonly compact?: boolean
  readonly value: Value
  readonly options: readonly (readonly [value: Value, label: string])[]
  readonly onChange: (value: Value) => void
}) {
  return (
    <RadioGroup
      {...(compact && { 'aria-label': label })}
      value={value}
      onChange={(chosen) => onChange(chosen as Value)}
      className={cls(css['field'], compact && css['compact'])}
    >
      {!compact && <Label className={cls(css['label'])}>{label}</Label>}
      <div className={cls(css['choices'])}>
        {options.map(([option, words]) => (
          <Radio key={option} value={option} className={cls(css['choice'])}>
            {words}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  )
}

export function Switch({
  label,
  isSelected,
  onChange,
}: {
  readonly label: string
  readonly isSelected: boolean
  readonly onChange: (on: boolean) => void
}) {
  return (
    <AriaSwitch isSelected={isSelected} onChange={onChange} className={cls(css['switch'])}>
      <span className={cls(css['track'])} aria-hidden="true" />
      {label}
    </AriaSwitch>
  )
}

/** A choice of many, with the system's own list: it works everywhere and needs no floating layer. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string
  readonly value: Value
  readonly options: readonly (readonly [value: Value, label: string])[]
  readonly onChange: (value: Value) => void
}) {
  return (
    <label className={css['field']}>
      <span className={cls(css['label'])}>{label}</span>
      <select value={value} onChange={({ target }) => onChange(target.value as Value)} className={cls(css['input'])}>
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}
