import DriverKit

await InspectCommand.runProgram()
