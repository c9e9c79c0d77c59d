"""The usual words of trackers for how work stands, in other languages than English: by the stage that they mean."""

from collections.abc import Mapping
from typing import Final

# Japanese, Chinese (simplified and traditional), Korean, German, French, Spanish, Portuguese; in normal form.
LOCAL_WORDS: Final[Mapping[str, str]] = {
    "queue": (
        "未着手|未対応|未処理|未開始|着手前|新規|オープン|やること|バックログ|受付|受付済み|受付中|起票|起票済み|再オープン|"
        "再開|差し戻し|割り当て済み|準備完了|作業待ち|"
        "待办|待处理|待辦|待辦事項|待办事项|待處理|未开始|未開始|新建|新增|新|打开|开放|開放|已打开|重新打开|重新開啟|重新开启|"
        "待分配|已分配|已指派|已计划|計劃中|计划中|待开发|待開發|需求池|积压|"
        "할 일|신규|열림|미해결|다시 열림|백로그|"
        "offen|neu|zu erledigen|zu tun|geplant|bereit|erneut geöffnet|wieder geöffnet|angenommen|"
        "à faire|nouveau|ouvert|rouvert|à traiter|planifié|"
        "por hacer|nuevo|abierto|reabierto|planificado|"
        "a fazer|tarefas pendentes|novo|aberto|reaberto|planejado"
    ),
    "active": (
        "進行中|作業中|対応中|処理中|着手|着手中|着手済み|調査中|レビュー|レビュー中|テスト中|テスト|確認中|検証中|実施中|開発中|"
        "実装中|修正中|承認中|分析中|"
        "进行中|处理中|處理中|正在进行|正在處理|正在处理|开发中|開發中|測試中|测试中|评审中|審核中|审核中|代码审查|代码评审|"
        "调查中|排查中|修复中|验证中|实施中|已响应|"
        "진행 중|진행중|검토 중|작업 중|테스트 중|"
        "in arbeit|in bearbeitung|in prüfung|in überprüfung|in entwicklung|im test|in umsetzung|"
        "en cours|en cours de traitement|en cours de révision|en revue|en revue de code|"
        "en curso|en progreso|en proceso|en revisión|en desarrollo|"
        "em andamento|em progresso|em revisão|em análise|em desenvolvimento|em curso"
    ),
    "waiting": (
        "保留|保留中|待ち|待機中|回答待ち|返答待ち|返信待ち|確認待ち|承認待ち|顧客待ち|お客様待ち|レビュー待ち|サポート待ち|"
        "ブロック|ブロック中|停止中|中断|中断中|一時停止|"
        "等待|等待中|挂起|掛起|已挂起|暂停|暫停|阻塞|已阻塞|被阻塞|受阻|搁置|擱置|等待客户|等待客戶|等待支持|等待回复|待确认|"
        "待確認|待反馈|待审批|延期|"
        "보류|보류 중|대기 중|대기중|"
        "wartend|blockiert|zurückgestellt|warten auf kunden|warten auf support|wartet auf kunden|wartet|angehalten|"
        "en attente|bloqué|suspendu|en attente du client|en attente du support|"
        "en espera|bloqueado|esperando al cliente|suspendido|"
        "em espera|aguardando|aguardando cliente|suspenso"
    ),
    "done": (
        "完了|済|済み|対応済み|対応済|処理済み|処理済|解決|解決済み|解決済|クローズ|クローズ済み|終了|却下|却下済み|キャンセル|"
        "中止|対応不要|対応しない|リリース済み|完成|修正済み|検証済み|重複|取り下げ|公開済み|アーカイブ済み|"
        "已完成|完毕|已关闭|关闭|已關閉|關閉|已解决|已解決|解决|已取消|取消|已拒绝|已拒絕|已发布|已發佈|已上线|不修复|不处理|"
        "重复|已验证|已驗證|已合并|已归档|结束|已结束|"
        "완료|완료됨|종료|종료됨|해결됨|해결|닫힘|취소됨|취소|"
        "erledigt|fertig|geschlossen|gelöst|abgeschlossen|abgebrochen|abgelehnt|behoben|storniert|archiviert|"
        "terminé|terminée|fermé|fermée|résolu|résolue|annulé|annulée|fait|clos|clôturé|rejeté|"
        "hecho|listo|terminado|cerrado|resuelto|cancelado|completado|finalizado|rechazado|"
        "concluído|concluída|feito|fechado|resolvido|finalizado|rejeitado|itens concluídos"
    ),
}
