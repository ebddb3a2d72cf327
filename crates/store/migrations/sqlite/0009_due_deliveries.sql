-- Deliveries of logout tokens are found by when they are due, not only by that they wait.

UPDATE link SET value = (
    SELECT printf('%020d', json_extract(notice.body, '$.state.until'))
    FROM "logout_notice" AS notice WHERE notice.key = link.key
) WHERE kind = 'logout_notice' AND name = 'delivery' AND value = 'waiting';

UPDATE "logout_notice" SET links = replace(
    links,
    '["delivery","waiting",false]',
    '["delivery","' || printf('%020d', json_extract(body, '$.state.until')) || '",false]'
) WHERE links LIKE '%["delivery","waiting",false]%';
