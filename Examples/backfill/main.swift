import DriverKit

await BackfillCommand.runProgram()
