//! `/check_session`: the one page that others may frame.

use axum::http::header;
use durward_testkit::app::Site;

use crate::HERE;

#[tokio::test]
async fn anybody_may_frame_it_and_it_runs_our_script_only() {
    let mut site = Site::new().await;
    let path = site.path("/check_session");
    let page = site.open(&path).await;
    assert!(page.headers.get(header::X_FRAME_OPTIONS).is_none());
    let policy = page.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.contains("frame-ancestors *"), "{policy}");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    site.matches(HERE, "base/check_session", "frame");
}
