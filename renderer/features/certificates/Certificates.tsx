import type { ScreenProps } from '../../app/screens.ts'
import { CertificateList } from './CertificateList.tsx'
import { CertificatePage } from './CertificatePage.tsx'

export default function Certificates({ parts: [certificateId] }: ScreenProps) {
  return certificateId === undefined ? <CertificateList /> : <CertificatePage certificateId={certificateId} />
}
