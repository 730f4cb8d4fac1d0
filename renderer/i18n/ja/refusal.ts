import type { Translated } from '../words.ts'
import type { refusal as original } from '../en/refusal.ts'

export const refusal = {
  unknown: 'この版では説明できない理由で拒否されました({{code}})。プログラムを更新してください。',
  locked: 'ウォレットはロックされています。先に開いてください。',
  host_gone: 'ウォレットが応答しません。動作しているか確認してください。依頼の効力は最大でも一度だけです。',
  bad_schema: '必要な形式でない項目があります。何も行われていません。入力内容を確認してください。',
  unknown_operation: '一方のプログラムが古く、この操作に対応していません。更新してください。',
  internal_error: 'ウォレットの内部エラーのため中断しました。失われたものはありません。もう一度お試しください。',
} as const satisfies Translated<typeof original>
