import ArgumentParser
import DriverKit

/// The options that describe a backfill.
struct BackfillOptions: DriverOptionGroup {
    @OptionGroup var source: SourceOptions
    @OptionGroup var destination: DestinationOptions
    @OptionGroup var datasets: DatasetOptions
    @OptionGroup var spec: SpecOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(source, destination, datasets, spec, selection, resources, general) }
}

/// A command of this program.
protocol BackfillSubcommand: DriverCommand {}

extension BackfillSubcommand {
    static var program: String { "backfill" }
}
