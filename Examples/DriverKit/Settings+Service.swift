import Logging
import S3DB
import ServiceLifecycle
import UnixSignals

/// What a service of a program is made with.
package struct ServiceParts {
    /// How the service is.
    package let health = ServiceHealth()
    /// Its metrics.
    package let metrics = PrometheusExposition()

    package init() {}
}

extension Settings {
    /// Runs a service until it ends or SIGTERM or SIGINT asks it to stop, with its metrics and health beside it where an
    /// address is given.
    package func serve(_ service: some Service, _ parts: ServiceParts) async throws(S3DBError) {
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        if let text = text(.httpAddress) {
            // First, so that it is the last to stop.
            services.append(
                .init(
                    service: HealthEndpoint(
                        try ListenAddress(text), health: parts.health, metrics: parts.metrics)))
        }
        services.append(
            .init(
                service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup))
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "s3db.services"))
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            throw error as? S3DBError ?? S3DBError(.ioFailure, "the service ended early", cause: error)
        }
    }
}
