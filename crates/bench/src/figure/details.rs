//! (i) A code flow that asks for two elements of `authorization_details`, each vetted and
//! worded by a script, against the same flow without: what the hooks add for one person.

use std::time::{Duration, Instant};

use super::{Bound, Figure};
use crate::{
    failure::Result,
    load::{Walker, median},
    prepared::Prepared,
    push::{self, Pushes},
    setting::{Setting, on_one_thread},
    start::await_ready,
    walkers::shop::Shop,
};

/// Pairs of flows.
const PAIRS: usize = 150;
/// Pairs before that.
const WARM_UP: usize = 20;

/// Measures.
///
/// # Errors
/// When the server does not start or a flow goes wrong.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    on_one_thread(async {
        let push_url = format!(
            "http://{}/send",
            push::start(Pushes::default(), Duration::ZERO).await?
        );
        let prepared = Prepared::make(&setting.durward, &setting.new_place()?, &push_url).await?;
        let _server = prepared.serve()?;
        let site = prepared.site()?;
        await_ready(site.address)?;
        let (mut plain, mut detailed) = (Shop::at(site, 0), Shop::with_details_at(site, 1));
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for pair in 0..WARM_UP + PAIRS {
            let times = (flow_ms(&mut plain).await?, flow_ms(&mut detailed).await?);
            if pair >= WARM_UP {
                without.push(times.0);
                with.push(times.1);
            }
        }
        let ratio = median(&with) / median(&without);
        let against = format!("the same flow without: {:.2} ms", median(&without));
        let figure = Figure::promised("i_details_flow", ratio, "x", Bound::AtMost(1.15))
            .of(
                format!("{:.2} ms, median of {PAIRS}", median(&with)),
                Some(against),
            )
            .because(
                "scripts are called four times, two of them before the login page: each call is two \
                 switches between processes; and the elements are stored with request, consent and grant.",
            );
        Ok(vec![figure])
    })
}

async fn flow_ms(shop: &mut Shop) -> Result<f64> {
    let began = Instant::now();
    shop.walk().await?;
    Ok(began.elapsed().as_secs_f64() * 1e3)
}
