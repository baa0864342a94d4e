//! The web configuration file that exporters of Prometheus share: TLS, client certificates, users, headers
//! and a rate, accepted as it is.
//!
//! The file and what it names are read anew when somebody asks and a second has passed, so that certificates
//! and users change while the process runs. A file that went bad changes nothing: what was in force stays in
//! force, and the log says why. TLS that was there is never switched off that way.

mod file;
mod san;
mod tls;
mod users;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::Mutex;

pub use tls::Tls;

use self::file::Bundle;
use self::users::{Checker, Outcome, Users};

/// How long what was read is good.
const FRESH: Duration = Duration::from_secs(1);

/// What is in force.
#[derive(Debug)]
pub struct Current {
    /// TLS; without it, plain HTTP.
    pub tls: Option<Arc<Tls>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    users: Users,
    rate: Option<DefaultDirectRateLimiter>,
}

impl Current {
    fn new(bundle: &Bundle) -> Result<Self, String> {
        let read = Self::read(bundle);
        read.map_err(|problem| format!("{}: {problem}", bundle.path.display()))
    }

    fn read(bundle: &Bundle) -> Result<Self, String> {
        let rate = bundle.settings.rate()?;
        Ok(Self {
            tls: tls::tls(bundle)?.map(Arc::new),
            headers: bundle.settings.headers()?,
            users: Users::new(&bundle.settings.basic_auth_users)?,
            rate: rate.map(|(interval, burst)| {
                let quota = Quota::with_period(interval).map(|quota| quota.allow_burst(burst));
                // The interval was seen not to be nothing.
                RateLimiter::direct(quota.unwrap_or(Quota::per_second(burst)))
            }),
        })
    }
}

/// What was read, and what was made of it.
type Kept = (Arc<Bundle>, Arc<Current>);

/// The file, and what is in force of it.
#[derive(Debug)]
pub struct Web {
    path: PathBuf,
    kept: RwLock<Kept>,
    looked: Mutex<Looked>,
    checker: Checker,
}

#[derive(Debug)]
struct Looked {
    at: Instant,
    problem: Option<String>,
}

impl Web {
    /// Reads the file and what it names.
    ///
    /// # Errors
    /// What is wrong with it, in one line, with the line of the file where that is known.
    pub fn open(path: &Path) -> Result<Self, String> {
        let bundle = file::read(path)?;
        let current = Current::new(&bundle)?;
        Ok(Self {
            path: path.to_owned(),
            kept: RwLock::new((Arc::new(bundle), Arc::new(current))),
            looked: Mutex::new(Looked {
                at: Instant::now(),
                problem: None,
            }),
            checker: Checker::new()?,
        })
    }

    /// Whether TLS is spoken.
    pub fn is_secured(&self) -> bool {
        self.kept().1.tls.is_some()
    }

    /// What is in force at present.
    pub async fn current(&self) -> Arc<Current> {
        // While one looks, the others take what there is.
        if let Ok(mut looked) = self.looked.try_lock()
            && looked.at.elapsed() > FRESH
        {
            self.look(&mut looked).await;
            looked.at = Instant::now();
        }
        Arc::clone(&self.kept().1)
    }

    async fn look(&self, looked: &mut Looked) {
        let path = self.path.clone();
        let (before, running) = self.kept();
        let renewed = tokio::task::spawn_blocking(move || renew(&path, &before, &running));
        let problem = match renewed.await {
            Ok(Ok(None)) => None,
            Ok(Ok(Some(kept))) => {
                tracing::info!(path = %self.path.display(), "the web configuration is in force");
                *self.kept.write().unwrap_or_else(PoisonError::into_inner) = kept;
                None
            }
            Ok(Err(problem)) => Some(problem),
            Err(error) => Some(error.to_string()),
        };
        if problem != looked.problem
            && let Some(problem) = &problem
        {
            tracing::error!(%problem, "the old web configuration stays in force");
        }
        looked.problem = problem;
    }

    fn kept(&self) -> Kept {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }

    /// Whether this request may go on.
    async fn admit(&self, current: &Current, headers: &HeaderMap) -> Result<(), Response> {
        if current
            .rate
            .as_ref()
            .is_some_and(|rate| rate.check().is_err())
        {
            let text = "too many requests; rate_limit of the web configuration says how many\n";
            let again = [(RETRY_AFTER, "1")];
            return Err((StatusCode::TOO_MANY_REQUESTS, again, text).into_response());
        }
        if current.users.is_empty() {
            return Ok(());
        }
        match self
            .checker
            .check(&current.users, headers.get(AUTHORIZATION))
            .await
        {
            Outcome::Known => Ok(()),
            Outcome::Unknown => {
                let challenge = [(
                    WWW_AUTHENTICATE,
                    "Basic realm=\"anchorwatch\", charset=\"UTF-8\"",
                )];
                let text = "a user and a password are needed\n";
                Err((StatusCode::UNAUTHORIZED, challenge, text).into_response())
            }
            Outcome::Busy => {
                let text = "too many passwords are being checked; come again in a moment\n";
                let again = [(RETRY_AFTER, "5")];
                Err((StatusCode::SERVICE_UNAVAILABLE, again, text).into_response())
            }
        }
    }
}

/// What is there now, when it is not what was there before.
fn renew(path: &Path, before: &Bundle, running: &Current) -> Result<Option<Kept>, String> {
    let bundle = file::read(path)?;
    if bundle == *before {
        return Ok(None);
    }
    let current = Current::new(&bundle)?;
    if running.tls.is_some() && current.tls.is_none() {
        let problem = "TLS cannot be switched off while it is in use; restart for that";
        return Err(format!("{}: {problem}", path.display()));
    }
    Ok(Some((Arc::new(bundle), Arc::new(current))))
}

/// The router behind what the file asks for.
pub fn guarded(router: Router, web: Arc<Web>) -> Router {
    router.layer(from_fn_with_state(web, guard))
}

async fn guard(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let current = web.current().await;
    let mut response = match web.admit(&current, request.headers()).await {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal,
    };
    for (name, value) in &current.headers {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response
}

#[cfg(test)]
mod tests;
